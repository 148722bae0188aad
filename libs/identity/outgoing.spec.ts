import { expect, test } from '@jest/globals';
import { outgoing } from './outgoing.js';

const asked = (address: string) =>
  outgoing(false)(address, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });

// The addresses themselves are in libs/core/addresses.spec.ts.
test.each([
  '127.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '[::1]',
  '[fec0::1]',
  '[::7f00:1]',
  '[64:ff9b:1::7f00:1]',
])('nothing is asked of %s', async (host) => {
  await expect(asked(`https://${host}/.well-known/openid-configuration`)).rejects.toThrow(
    'Not a global address.',
  );
});
