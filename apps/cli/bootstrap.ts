import { bootstrap } from '#access';
import { languageTag, plainText, type CliConfig } from '#core';

/**
 * `entente agency:bootstrap`.
 * @param names `en=The hub`; none: it is there, and has fewer than two operators
 * @returns what to print, once: the codes are kept nowhere
 * @throws Error that tells what is missing
 */
export async function bootstrapHub(
  { ownerUrl }: CliConfig,
  code: string,
  names: readonly string[],
  operators: readonly string[],
): Promise<string> {
  if (ownerUrl === undefined)
    throw new Error('DATABASE_OWNER_URL is not set: agency:bootstrap needs role entente_owner.');
  if (code.length > 40 || !/^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(code))
    throw new Error('A code is capital letters and digits, with hyphens between them, 40 at most.');
  const unwritable = operators.find((name) => !plainText(200).safeParse(name).success);
  if (unwritable !== undefined) throw new Error(`${JSON.stringify(unwritable)} is no name of an operator.`);
  const codes = await bootstrap(ownerUrl, { code, names: Object.fromEntries(names.map(named)), operators });
  const lines = codes.map(({ name, code: secret }) => `${secret}  ${name}`);
  return [
    `${names.length === 0 ? 'Earlier codes are withdrawn' : `${code} is made`}. These codes are shown once and good for 7 days, each for one person:`,
    ...lines,
    '',
  ].join('\n');
}

function named(text: string): [language: string, name: string] {
  const [, language = '', name = ''] = /^([^=]+)=(.+)$/su.exec(text) ?? [];
  if (!languageTag.safeParse(language).success || name.trim() === '')
    throw new Error(`"${text}" is no name: write language=name, such as en=The hub.`);
  return [language, name];
}
