/** Environments: what scripts run in; how they are made, looked at and removed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type EnvironmentSummary = Schemas['EnvironmentSummary']
export type Environment = Schemas['Environment']
export type EnvironmentUse = Schemas['EnvironmentUse']
export type EnvironmentBuild = Schemas['EnvironmentBuild']
export type NewEnvironment = Schemas['NewEnvironment']
export type PythonFound = Schemas['PythonFound']

const LOOK = 1_000 // ms between looks at a build

export const isBuilding = (build: EnvironmentBuild | null | undefined): boolean => build?.state === 'waiting' || build?.state === 'building'

/** All of them; anew every second while one is being made. */
export function useEnvironments() {
  return useQuery({
    queryKey: ['environments'],
    queryFn: ({ signal }) => api<EnvironmentSummary[]>('/v1/environments', { signal }),
    refetchInterval: ({ state }) => (state.data?.some(({ build }) => isBuilding(build)) ? LOOK : false),
  })
}

export function useEnvironment(name: string | null) {
  return useQuery({
    queryKey: ['environments', name],
    queryFn: ({ signal }) => api<Environment>(pathOf('v1', 'environments', name ?? ''), { signal }),
    enabled: name !== null,
    refetchInterval: ({ state }) => (isBuilding(state.data?.build) ? LOOK : false),
  })
}

/** Who runs in it, in this workspace. */
export function useEnvironmentUsers(name: string) {
  return useQuery({
    queryKey: ['environment-users', name],
    queryFn: ({ signal }) => api<EnvironmentUse[]>(pathOf('v1', 'environments', name, 'users'), { signal }),
  })
}

/** What environments can be built on. */
export function usePythons(enabled = true) {
  return useQuery({
    queryKey: ['pythons'],
    queryFn: ({ signal }) => api<PythonFound[]>('/v1/pythons', { signal }),
    staleTime: 60_000,
    enabled,
  })
}

/** With no packages, one that comes with the server is built. */
export const useCreateEnvironment = () =>
  useChange((wish: Partial<NewEnvironment> & { name: string }) => api<EnvironmentBuild>('/v1/environments', { method: 'POST', body: wish }))

/** Its packages resolved anew; with `requirements` those. */
export const useUpdateEnvironment = () =>
  useChange(({ name, requirements }: { name: string; requirements?: string }) =>
    api<EnvironmentBuild>(pathOf('v1', 'environments', name, 'update'), { method: 'POST', body: requirements === undefined ? {} : { requirements } }),
  )

export const useRemoveEnvironment = () => useChange((name: string) => api(pathOf('v1', 'environments', name), { method: 'DELETE' }))

/** Cancels a build that goes on, and forgets one that is over. */
export const useEndBuild = () => useChange((build: string) => api<EnvironmentBuild>(pathOf('v1', 'builds', build), { method: 'DELETE' }))

export const lockAddress = (name: string) => pathOf('v1', 'environments', name, 'lock')

function useChange<Wish, Answer>(mutationFn: (wish: Wish) => Promise<Answer>) {
  const queries = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: ['environments'] }) })
}
