import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { ROLES, type Role } from './role.js';
import { KINDS, PURPOSES, TLP } from './vocabulary.js';

const SEPARATE: readonly Role[] = ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'];
const MARKINGS = TLP.filter((tlp) => tlp !== 'TLP:RED');

const arrangementId = z.uuid().meta({ description: 'An arrangement your agency is a party of.' });
const memberId = z.uuid().meta({ description: 'An active membership of your own agency; not your own.' });
const agencyId = z.uuid().meta({ description: 'An agency.' });
const highestMarking = z.enum(MARKINGS).meta({ description: 'The highest marking.' });

export const proposeArrangementSchema = z
  .strictObject({
    idempotencyKey,
    title: plainText(200).meta({ description: 'What its parties call it.' }),
    parties: z.array(z.uuid()).max(50).default([]).meta({
      description: 'The other agencies, by the ids they told you; those of `amends` if it is said.',
    }),
    amends: z.uuid().optional().meta({
      description: 'The arrangement of the same parties whose place it takes, once every party has accepted.',
    }),
    purposes: z.array(z.enum(PURPOSES)).min(1).max(PURPOSES.length).meta({ description: 'For what use.' }),
    kinds: z.array(z.enum(KINDS)).min(1).max(KINDS.length).meta({ description: 'Which findings.' }),
    highestMarking,
    onwardUse: z.boolean().optional().meta({ description: 'Whether a recipient may pass it on.' }),
    courtUse: z.boolean().optional().meta({ description: 'Whether it may be used in court.' }),
    retentionDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .meta({ description: 'How long a recipient keeps it.' }),
    validFrom: z.date().meta({ description: 'When it begins, if it is accepted by then.' }),
    validUntil: z.date().optional().meta({ description: 'When it ends; open if not said.' }),
    onEnd: z.enum(['KEEP', 'STOP', 'RECALL']).meta({
      id: 'OnEnd',
      description:
        'What its end does to what was released under it: KEEP leaves it, STOP ends it, RECALL takes it back with a tombstone.',
    }),
  })
  .refine(({ validFrom, validUntil }) => validUntil === undefined || validFrom < validUntil, {
    path: ['validUntil'],
    message: 'Ends before it begins.',
  })
  .meta({ id: 'ProposeArrangement', description: 'A rule between agencies.' });

export const arrangementActSchema = z
  .strictObject({ idempotencyKey, arrangementId })
  .meta({ id: 'ArrangementAct', description: 'An act on an arrangement.' });

export const roles = z
  .array(z.enum(ROLES))
  .min(1)
  .max(ROLES.length)
  .refine(
    areCompatible,
    'AGENCY_ADMIN, AUDITOR and OPERATOR go neither with each other nor with CONTRIBUTOR or RELEASER.',
  );

export const changeRolesSchema = z
  .strictObject({
    idempotencyKey,
    memberId,
    roles: roles.meta({ description: 'All roles from now on.' }),
  })
  .meta({
    id: 'ChangeRoles',
    description: 'Other roles for a member: the membership ends, and another begins.',
  });

function areCompatible(roles: readonly Role[]): boolean {
  const separate = new Set(roles.filter((role) => SEPARATE.includes(role))).size;
  return separate === 0 || (separate === 1 && !roles.includes('CONTRIBUTOR') && !roles.includes('RELEASER'));
}

export const endMembershipSchema = z
  .strictObject({ idempotencyKey, memberId })
  .meta({ id: 'EndMembership', description: 'The end of a membership, and of what hangs on it.' });

export const setCapSchema = z
  .strictObject({
    idempotencyKey,
    highestMarking,
    widest: z
      .int()
      .min(1)
      .max(1_000)
      .meta({ description: 'At most this many agencies may hold one finding.' }),
  })
  .meta({ id: 'SetCap', description: 'How far your releasers may release.' });

export const agencyActSchema = z
  .strictObject({ idempotencyKey, agencyId })
  .meta({ id: 'AgencyAct', description: 'An act of the hub on an agency.' });

export const decideSchema = z
  .strictObject({
    idempotencyKey,
    pendingActId: z.uuid().meta({ description: 'A pending act of your agency, asked for by somebody else.' }),
    hash: z.string().max(64).meta({ description: 'The hash of the content you have read.' }),
  })
  .meta({ id: 'DecideAct', description: 'A decision on exactly what was asked for.' });

export const exportLedgerSchema = z
  .strictObject({
    idempotencyKey,
    from: z.date().optional().meta({ description: 'Not before; from the beginning if left out.' }),
    until: z.date().optional().meta({ description: 'Before; what there is when it is approved, at most.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    path: ['until'],
    message: 'Ends before it begins.',
  })
  .meta({ id: 'ExportLedger', description: 'Which entries of your ledger.' });

export const auditFilterSchema = z
  .strictObject({
    acts: z
      .array(z.string().max(100))
      .max(50)
      .optional()
      .meta({ description: 'Only these: `member.ended`...' }),
    subjectId: z.uuid().optional().meta({ description: 'Only what was done to this.' }),
    actorAgencyId: z.uuid().optional().meta({ description: 'Only what this agency did.' }),
    memberId: z.uuid().optional().meta({ description: 'Only what this member of your agency did.' }),
    from: z.date().optional().meta({ description: 'Not before.' }),
    to: z.date().optional().meta({ description: 'Before.' }),
  })
  .meta({ id: 'AuditFilter', description: 'Which entries; all that is said must hold.' });

export type AuditFilter = z.output<typeof auditFilterSchema>;
