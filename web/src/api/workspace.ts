/** The workspace: what it holds and allows, its tokens, and the environments of its scripts. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'
import type { components } from './schema'

export type Workspace = components['schemas']['Workspace']
export type Settings = components['schemas']['Settings']
export type SettingsChange = components['schemas']['SettingsChange']
export type Tokens = components['schemas']['Tokens']
export type Which = 'primary' | 'secondary'
export type EnvironmentSummary = components['schemas']['EnvironmentSummary']
export type Environment = components['schemas']['Environment']

export function useWorkspace() {
  return useQuery({ queryKey: ['workspace'], queryFn: ({ signal }) => api<Workspace>('/v1/workspace', { signal }) })
}

export function useChangeSettings() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: SettingsChange) => api<Settings>('/v1/workspace/settings', { method: 'PATCH', body }),
    onSuccess: (settings) =>
      queries.setQueryData<Workspace>(['workspace'], (before) => before && { ...before, settings }),
  })
}

/** Asked for only where somebody wants to see them; never kept. */
export const readTokens = () => api<Tokens>('/v1/workspace/tokens')

export const renewToken = (which: Which) =>
  api<components['schemas']['Token']>(pathOf('v1', 'workspace', 'tokens', which, 'rotate'), { method: 'POST', body: {} })

export function useEnvironments() {
  return useQuery({
    queryKey: ['environments'],
    queryFn: ({ signal }) => api<EnvironmentSummary[]>('/v1/environments', { signal }),
  })
}

export function useEnvironment(name: string | null) {
  return useQuery({
    queryKey: ['environments', name],
    queryFn: ({ signal }) => api<Environment>(pathOf('v1', 'environments', name ?? ''), { signal }),
    enabled: name !== null,
  })
}
