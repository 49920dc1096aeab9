/** The workspace: what it holds and allows, and its tokens. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'
import type { components } from './schema'

export type Workspace = components['schemas']['Workspace']
export type Settings = components['schemas']['Settings']
export type SettingsChange = components['schemas']['SettingsChange']
export type Tokens = components['schemas']['Tokens']
export type Which = 'primary' | 'secondary'

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
