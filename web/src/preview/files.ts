/** Files that go to the disk of who reads the page. */
import { type Source, linkOf } from '../api/outputs'
import { request } from '../api/client'
import { fetchFile } from '../datasets/saving'

/** Download a source in a format, else as it is stored. The browser takes it from there, however large. Raises ApiError. */
export async function download(source: Source, format?: string): Promise<void> {
  fetchFile(await linkOf(source, format))
}

/** Download what a path answers, under the name that the server gives it. Raises ApiError. */
export async function downloadAnswer(path: string, fallback: string): Promise<void> {
  const response = await request(path)
  const address = URL.createObjectURL(await response.blob())
  fetchFile(address, nameIn(response.headers.get('content-disposition')) ?? fallback)
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** The file name of a Content-Disposition; null where it has none. */
export function nameIn(disposition: string | null): string | null {
  const extended = /filename\*=(?:UTF-8|utf-8)''([^;]+)/.exec(disposition ?? '')?.[1]
  if (extended) return decodeURIComponent(extended)
  return /filename="?([^";]+)"?/.exec(disposition ?? '')?.[1] ?? null
}
