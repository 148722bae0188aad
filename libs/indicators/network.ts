import { domainToASCII, domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import { characters, type Form, refang, split, strayCharacter, WRITTEN } from './form.js';

const OF_NAMES = characters(/[A-Za-z0-9._-]|(?![\p{White_Space}\p{Cs}])\P{ASCII}/u);
const OF_MAILBOXES = characters(/[a-z0-9.!#$%&'*+/=?^_`{|}~-]/i);

/**
 * Small ASCII letters, no label of Punycode, and an end that is no number: the DNS carries it as it is. Most names are so,
 * and reading one by UTS 46 takes ten times as long.
 */
const PLAIN = /^(?:(?!xn--)[a-z0-9_-]{1,63}\.){0,126}(?!xn--)[a-z][a-z0-9_-]{0,62}$/;

/** `text` as the DNS carries it, without the dot of the root; itself if it has no such form. */
export function asciiDomain(text: string): string {
  if (PLAIN.test(text)) return text;
  return domainToASCII(text).replace(/\.$/, '') || text;
}

const suffixes = { allowPrivateDomains: false, extractHostname: false };

/** What is wrong with a domain that stands after `before` other characters. */
export function domainFault(text: string, before = 0): string | undefined {
  // domainToASCII reads a URL's host: an @, / or % in the text would have it answer for a part of it only.
  const stray = strayCharacter(text, OF_NAMES, 'a domain has letters, digits, hyphens and dots', before);
  if (stray) return stray;
  const name = asciiDomain(text);
  // An ASCII text passes domainToASCII unread; an xn-- label that stays one in Unicode decodes to nothing valid.
  if (!PLAIN.test(name) && (/[^a-z0-9._-]/.test(name) || /(^|\.)xn--/.test(domainToUnicode(name)))) {
    return 'has a label that is not a valid internationalised name (UTS 46)';
  }
  if (name.length > 253) return `has ${name.length} characters in the DNS; a domain has at most 253`;
  const at = name.split('.').findIndex((label) => !/^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  if (at >= 0) return `label ${at + 1} is empty, longer than 63 characters, or begins or ends with a hyphen`;
  const { isIp, isIcann, domain } = parse(name, suffixes);
  if (isIp) return 'is an IP address';
  if (!isIcann) return 'does not end in a public top-level domain';
  if (!domain) return 'is a public suffix; a name below it is wanted';
  return undefined;
}

/**
 * A host or registrable domain: lower-case ASCII (IDN as xn--), no final dot, below a suffix of the Public Suffix List.
 * A name that mixes scripts is accepted, however a browser would show it: it is what a phisher registers, and as xn--
 * it is another name than the one it looks like.
 */
export const domain: Form = {
  longest: 512,
  fold: (value) => asciiDomain(refang(value)),
  fault: (value) => domainFault(refang(value)),
};

/**
 * RFC 5321 mailbox with an unquoted ASCII local part, all lower case: the standard leaves the case of the local part to
 * the receiver, no large provider tells it apart, and a look-up must not miss for it. Tags and dots are kept.
 */
export const email: Form = {
  longest: 512,
  fold: (value) => {
    const [local, host] = split(refang(value), '@');
    return `${local.toLowerCase()}@${asciiDomain(host)}`;
  },
  fault: (value) => {
    const text = refang(value);
    if (!text.includes('@')) return 'has no @';
    const [local, host] = split(text, '@');
    const stray = strayCharacter(
      local,
      OF_MAILBOXES,
      'before the @ stand ASCII letters, digits, dots and signs such as + - _',
    );
    if (stray) return stray;
    if (local.length < 1 || local.length > 64) {
      return `has ${local.length} characters before the @; 1 to 64 are wanted`;
    }
    if (/^\.|\.\.|\.$/.test(local)) return 'before the @ has a dot at the start or end, or two in a row';
    const fault = domainFault(host, local.length + 1);
    if (fault) return `after the @: ${fault}`;
    return email.fold(value).length > 254 ? 'has more than 254 characters' : undefined;
  },
};

/**
 * An account at an exchange or another service: `exchange-domain/account-id`, as in `bithumb.com/u-1024`. The service
 * is its registrable domain (www.bithumb.com is bithumb.com); the id is what the service calls it, with its case, NFC.
 */
export const account: Form = {
  longest: 512,
  fold: (value) => {
    const [host, id] = split(value, '/');
    const name = asciiDomain(refang(host));
    return `${parse(name, suffixes).domain ?? name}/${id.normalize('NFC')}`;
  },
  fault: (value) => {
    if (!value.includes('/')) return 'has no /: write exchange-domain/account-id';
    const [host, id] = split(value, '/');
    const fault = domainFault(refang(host));
    if (fault) return `before the /: ${fault}`;
    const length = [...id.normalize('NFC')].length;
    if (length < 1 || length > 128) return `has ${length} characters after the /; 1 to 128 are wanted`;
    return strayCharacter(id, WRITTEN, 'an account id has letters, digits and signs', [...host].length + 1);
  },
};
