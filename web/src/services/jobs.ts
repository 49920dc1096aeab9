/** Batch jobs at their endpoint, as any program makes them: with its key, files sent first, results fetched at the end. */
import type { Form } from '../api/services'
import { askEndpoint } from './endpoint'

interface Reference {
  BaseLocation: string | null
  RelativeLocation: string | null
  SasBlobToken: string | null
}

interface JobStatus {
  Results: Record<string, Reference> | null
}

export interface Result {
  name: string
  /** Where anybody may read it for an hour. */
  address: string
}

interface Wanted {
  /** A file for each input, by its name. */
  files: Readonly<Record<string, File>>
  parameters: Readonly<Record<string, string>>
}

const jobPath = (api: string, ...rest: string[]) => [`${api}/jobs`, ...rest.map(encodeURIComponent)].join('/')

/** Send the files and start a job. Raises ApiError. */
export async function startJob(form: Form, key: string, { files, parameters }: Wanted): Promise<string> {
  const inputs: Record<string, Reference> = {}
  for (const [name, file] of Object.entries(files)) {
    const sent = { method: 'POST', query: { name: file.name }, body: file } as const
    inputs[name] = await askEndpoint<Reference>(jobPath(form.api, 'inputs'), key, sent)
  }
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
  const body = { Inputs: inputs, GlobalParameters: given }
  const id = await askEndpoint<string>(jobPath(form.api), key, { method: 'POST', body })
  await askEndpoint(jobPath(form.api, id, 'start'), key, { method: 'POST' })
  return id
}

/** The results of a job that has finished. Raises ApiError. */
export async function resultsOf(api: string, key: string, job: string): Promise<Result[]> {
  const { Results } = await askEndpoint<JobStatus>(jobPath(api, job), key)
  return Object.entries(Results ?? {}).map(([name, place]) => ({ name, address: addressOf(place) }))
}

/** The address that the three parts make; one of this server as this page reaches it. */
export function addressOf({ BaseLocation, RelativeLocation, SasBlobToken }: Reference, here = window.location): string {
  const address = new URL(`${BaseLocation ?? ''}${RelativeLocation ?? ''}${SasBlobToken ?? ''}`, here.href)
  return address.pathname.startsWith('/downloads/') ? address.pathname + address.search : address.href
}

/** Why a job failed: the error's own words out of what old clients are told of it. */
export function reasonOf(details: string): string {
  const begin = details.indexOf('{"Exception"')
  if (begin < 0) return details
  const end = details.indexOf('\n', begin)
  try {
    const told = JSON.parse(details.slice(begin, end < 0 ? undefined : end)) as { Exception?: { Message?: string } }
    return told.Exception?.Message ?? details
  } catch {
    return details
  }
}

/** What the modules of a failed job printed. */
export function printedOf(details: string): string {
  const mark = '[ModuleOutput]'
  const lines = details.split('\n').filter((line) => line.startsWith(mark))
  return lines.map((line) => line.slice(mark.length).trimStart()).join('\n')
}
