/** Experiments as a list; the document of one is the editor's. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { queries } from '../app/queries'
import { api, pathOf } from './client'
import type { components } from './schema'

export type ListedExperiment = components['schemas']['ListedExperiment']
export type Experiment = components['schemas']['Experiment']
export type Sample = components['schemas']['Sample']
export type Graph = components['schemas']['Graph']

const ROOT = '/v1/experiments'
const LIST = ['experiments', 'list'] as const
const FOLLOWING = 3_000

export const isGoing = ({ run }: ListedExperiment): boolean => run?.ended === null

/** Those that have every word of `search` somewhere; `archived`: the deleted ones alone. Followed while one of them runs. */
export function useExperiments(search = '', archived = false) {
  return useQuery({
    queryKey: [...LIST, { search, archived }],
    queryFn: ({ signal }) => listed(search, archived, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.some(isGoing) ? FOLLOWING : false),
  })
}

async function listed(search: string, archived: boolean, signal: AbortSignal): Promise<ListedExperiment[]> {
  const all = await api<ListedExperiment[]>(ROOT, { query: { search, archived }, signal })
  return all.filter((each) => each.archived === archived)
}

/** Experiments to begin with. */
export function useSamples() {
  return useQuery({ queryKey: ['samples'], queryFn: ({ signal }) => api<Sample[]>('/v1/samples', { signal }), staleTime: Infinity })
}

/** Have every list of experiments asked for anew. */
export const relist = (): Promise<void> => queries.invalidateQueries({ queryKey: LIST })

/** Keep a new experiment: a file's text, in YAML or JSON, ours or classic's. Raises ApiError. */
export async function importExperiment(text: string, name: string): Promise<Experiment> {
  return changed(api<Experiment>('/v1/import', { method: 'POST', body: text, query: { name }, headers: { 'content-type': 'text/plain' } }))
}

/** A new one with nothing in it. */
export async function createExperiment(title: string): Promise<Experiment> {
  return changed(api<Experiment>(ROOT, { method: 'POST', body: { bottega: 1, title, nodes: {} } }))
}

export async function copySample(id: string): Promise<Experiment> {
  return changed(api<Experiment>(pathOf('v1', 'samples', id, 'copy'), { method: 'POST' }))
}

export async function duplicateExperiment(id: string, title: string): Promise<Experiment> {
  return changed(api<Experiment>(pathOf('v1', 'experiments', id, 'duplicate'), { method: 'POST', body: { title } }))
}

/** Its title, its description, or whether it is deleted for now. */
export async function changeExperiment(id: string, change: { title?: string; description?: string; archived?: boolean }): Promise<Experiment> {
  return changed(api<Experiment>(pathOf('v1', 'experiments', id), { method: 'PATCH', body: change }))
}

/** Delete it for good, with the records of its runs. */
export async function deleteExperiment(id: string): Promise<void> {
  await changed(api(pathOf('v1', 'experiments', id), { method: 'DELETE' }))
}

async function changed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } finally {
    void relist()
  }
}
