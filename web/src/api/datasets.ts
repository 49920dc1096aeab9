/** Datasets: what the workspace keeps under names, in versions. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { errorWords } from '../words/words'
import { address, api, ApiError, pathOf } from './client'
import type { components } from './schema'

export type Column = components['schemas']['Column']
export type Output = Omit<components['schemas']['Output'], 'described'> & { described: Record<string, unknown> | null }

/** One version of a dataset, a trained model or a transform; `experiment` is the id of the one that it was taken from. */
export type Dataset = Omit<components['schemas']['Dataset'], 'output'> & { output: Output }
export type Kind = 'dataset' | 'trained-model' | 'transform'
export type UsedBy = components['schemas']['UsedBy']

export interface Format {
  extension: string
  title: string
}

/** Where one of a kind is asked for. */
export const roots: Record<Kind, 'datasets' | 'models' | 'transforms'> = {
  dataset: 'datasets',
  'trained-model': 'models',
  transform: 'transforms',
}

/** The path below which all of one version can be asked for; `<TablePreview>` takes it. */
export const sourceOf = (kind: Kind, id: string) => pathOf('v1', roots[kind], id)

export function useKept(kind: Kind) {
  return useQuery({ queryKey: [roots[kind]], queryFn: ({ signal }) => api<Dataset[]>(pathOf('v1', roots[kind]), { signal }) })
}

export const useDatasets = () => useKept('dataset')

/** All versions of one, the oldest first. */
export function useVersions(kind: Kind, id: string | undefined) {
  return useQuery({
    queryKey: [roots[kind], id, 'versions'],
    queryFn: ({ signal }) => api<Dataset[]>(pathOf('v1', roots[kind], id ?? '', 'versions'), { signal }),
    enabled: id !== undefined,
  })
}

export function useUsedBy(kind: Kind, name: string | undefined) {
  return useQuery({
    queryKey: ['used-by', kind, name],
    queryFn: ({ signal }) => api<UsedBy>('/v1/used-by', { query: { kind, name }, signal }),
    enabled: name !== undefined,
  })
}

export function useFormats() {
  return useQuery({ queryKey: ['formats'], queryFn: () => api<Format[]>('/v1/formats'), staleTime: Infinity })
}

/** Remove one with all its versions. */
export function useRemoveKept(kind: Kind) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api<undefined>(pathOf('v1', roots[kind], id), { method: 'DELETE' }),
    // The list alone: of the one that is gone nothing can be asked. Not waited for, so that who removed it goes on first.
    onSuccess: () => void queries.invalidateQueries({ queryKey: [roots[kind]], exact: true }),
  })
}

/** A signed address of a version, as this page reaches it; without a format as it is stored. */
export async function downloadOf(kind: Kind, id: string, format?: string): Promise<string> {
  const link = await api<components['schemas']['Link']>(pathOf('v1', roots[kind], id, 'link'), { query: { format } })
  const { pathname, search } = new URL(link.url, window.location.href)
  return pathname + search
}

export interface Sending {
  signal: AbortSignal
  onProgress: (bytes: number) => void
}

/** Send a file to be kept under a name. Not by `fetch`, which tells nothing of what was sent. Raises ApiError. */
export function keepDataset(file: File, about: { name: string; description: string }, { signal, onProgress }: Sending): Promise<Dataset> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address('/v1/datasets', { ...about, file_name: file.name }))
    request.setRequestHeader('x-bottega-request', '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Dataset)
      else reject(refusal(request.status, request.response as Problem | null))
    }
    request.onerror = () => reject(new ApiError(0, 'offline', 'The server does not answer.'))
    request.onabort = () => reject(new ApiError(0, 'canceled', 'The upload was canceled.'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

interface Problem {
  code?: string
  detail?: string
}

function refusal(status: number, told: Problem | null): ApiError {
  return new ApiError(status, told?.code ?? '', errorWords(told?.code ?? '', told?.detail ?? `The server answered ${status}.`))
}
