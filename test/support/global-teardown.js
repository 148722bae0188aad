export default async function tearDown() {
  await globalThis.ententeTestServer?.stop();
}
