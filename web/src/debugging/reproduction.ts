/** The file that the zip is saved as. */
export const zipOf = (node: string) => `${node}-reproduce.zip`

/** What to type where it was saved. */
export function commands(node: string): string {
  const folder = zipOf(node).replace('.zip', '')
  return [`unzip ${folder}.zip -d ${folder}`, `cd ${folder}`, 'python reproduce.py'].join('\n')
}
