import type { Delivery } from './deliveries.js';

/** In which order what was put aside concerns its subjects: of each the earliest goes first. */
export class PlacesOfSubjects {
  private readonly places = new Map<string, number[]>();

  enter({ subjectId, position }: Delivery): void {
    if (subjectId === null || position === null) return;
    const places = this.places.get(subjectId) ?? [];
    this.places.set(
      subjectId,
      [...places, position].sort((a, b) => a - b),
    );
  }

  leave({ subjectId, position }: Delivery): void {
    if (subjectId === null || position === null) return;
    const places = (this.places.get(subjectId) ?? []).filter((one) => one !== position);
    if (places.length === 0) this.places.delete(subjectId);
    else this.places.set(subjectId, places);
  }

  has(subjectId: string | null): boolean {
    return subjectId !== null && this.places.has(subjectId);
  }

  isFirst({ subjectId, position }: Delivery): boolean {
    return subjectId === null || this.places.get(subjectId)?.[0] === position;
  }
}
