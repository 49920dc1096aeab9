/** The document on the server: read, put in its place, kept as another one. */
import { send, pathOf } from '../api/client'
import { read } from './reading'
import type { Experiment } from './types'
import { tree } from './writing'

export interface Remote {
  readonly document: Experiment
  readonly etag: string
}

interface Told {
  id: string
  etag: string
  document: string
}

const path = (id: string) => pathOf('v1', 'experiments', id)

/** Raises ApiError, and Unreadable for what is kept there and is no experiment. */
export async function fetchDocument(id: string): Promise<Remote> {
  const { data } = await send<Told>(path(id))
  return { document: read(data.document), etag: data.etag }
}

/** The ETag it then has. Raises ApiError: 412 where somebody was quicker. */
export async function putDocument(id: string, document: Experiment, etag: string | null): Promise<string> {
  const { data } = await send<Told>(path(id), { method: 'PUT', body: tree(document), etag })
  return data.etag
}

/** The id of the new experiment. */
export async function createDocument(document: Experiment): Promise<string> {
  const { data } = await send<Told>('/v1/experiments', { method: 'POST', body: tree(document) })
  return data.id
}
