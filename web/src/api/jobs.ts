/** Batch jobs of web services. They are made, and their results fetched, at their endpoint with its key. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'
import type { components } from './schema'

/** How far a job is; the names are those of its status at the endpoint. */
export interface JobProgress {
  Phase?: string
  Node?: string | null
  BytesRead?: number
  BytesTotal?: number | null
  RowsRead?: number
  RowsWritten?: number
  RowsTotal?: number | null
  Fraction?: number | null
}

export type Job = Omit<components['schemas']['Job'], 'progress'> & { progress: JobProgress }

const POLL = 1_500
const IDLE = 15_000

export const hasEnded = (job: Job) => !['NotStarted', 'Running'].includes(job.status)

/** Those of an endpoint, newest first; asked for often while one is under way. */
export function useJobs(endpoint: string) {
  return useQuery({
    queryKey: ['jobs', endpoint],
    queryFn: ({ signal }) => api<Job[]>('/v1/jobs', { query: { endpoint }, signal }),
    refetchInterval: ({ state }) => (state.data?.some((each) => !hasEnded(each)) ? POLL : IDLE),
  })
}

export function useEndJob() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (job: Job) =>
      hasEnded(job)
        ? api<undefined>(pathOf('v1', 'jobs', job.id), { method: 'DELETE' })
        : api<Job>(pathOf('v1', 'jobs', job.id, 'cancel'), { method: 'POST', body: {} }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  })
}
