/** Inline metadata of a script (PEP 723): what it says of its own environment. */

const BLOCK = /^# \/\/\/ script\n(?:#(?: .*)?\n)+?# \/\/\/$/m

/** Whether a script brings one, which then is built when it first runs. */
export const hasMetadata = (script: string): boolean => BLOCK.test(script.replaceAll('\r\n', '\n'))

/** The block for a script that needs these packages. */
export function metadataFor(packages: readonly string[]): string {
  return `# /// script\n# dependencies = [${packages.map((each) => `"${each}"`).join(', ')}]\n# ///\n`
}
