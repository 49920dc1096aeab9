/** Which files can be kept as datasets, and under which name. */

/** Two extensions that say together what one alone does not. */
export const doubleExtensions = ['.nh.csv', '.nh.tsv'] as const
export const extensions = [
  '.csv', '.tsv', '.tab', '.arff', '.parquet', '.xlsx', '.jsonl', '.ndjson', '.arrow', '.feather', '.arrows', '.svmlight', '.svm', '.zip',
] as const

/** The largest file that a server takes: what old clients can count. */
export const LARGEST = 2 ** 31 - 1
const LONGEST_NAME = 200

/** The extension that tells a file's format; null where none does. */
export function extensionOf(file: string): string | null {
  const name = file.toLowerCase()
  return [...doubleExtensions, ...extensions].find((each) => name.endsWith(each)) ?? null
}

/** What a file would be called as a dataset: its name without the extension. */
export function nameOf(file: string): string {
  const extension = extensionOf(file)
  const base = extension ? file.slice(0, -extension.length) : file
  return base.trim().slice(0, LONGEST_NAME) || file.slice(0, LONGEST_NAME)
}

export type FileFault = 'format' | 'size' | 'empty'

/** Why a file cannot be kept, as far as can be told before it is sent. */
export function faultOf(file: { name: string; size: number }): FileFault | null {
  if (extensionOf(file.name) === null) return 'format'
  if (file.size === 0) return 'empty'
  return file.size > LARGEST ? 'size' : null
}
