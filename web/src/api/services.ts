/** Web services, their versions and endpoints, and how one is made of an experiment. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { api, pathOf } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Service = Schemas['Service']
export type Version = Schemas['Version']
export type Endpoint = Schemas['Endpoint']
export type EndpointChange = Schemas['EndpointChange']
export type Keys = Schemas['Keys']
export type Which = keyof Keys
export type Published = Schemas['Published']
export type FormField = Schemas['FormField']
export type FormInput = Schemas['FormInput']
export type FormParameter = Omit<Schemas['FormParameter'], 'parameter_schema'> & { parameter_schema: ParameterSchema }
export type Form = Omit<Schemas['Form'], 'parameters'> & { parameters: FormParameter[] }
export type SampleCode = Schemas['SampleCode']
export type SampleCodes = Schemas['SampleCodes']
export type Change = Schemas['Change']
export type SetUp = Schemas['SetUpResult']

/** What is used of a parameter's JSON schema. */
export interface ParameterSchema {
  type?: string
  enum?: (string | number)[]
  minimum?: number
  maximum?: number
  title?: string
  description?: string
}

/** Calls of a minute; times in milliseconds. */
export interface Minute {
  calls: number
  errors: number
  mean_ms: number | null
  max_ms: number | null
}

export interface Metrics {
  /** Seconds since 1970 of the first minute. */
  start: number
  minutes: Minute[]
}

export interface PublishRequest {
  experiment: string
  name?: string
  service?: string
  description?: string
  mode?: 'request' | 'service'
}

/** Calls at once where the throttle is low, whatever else is told. */
export const LOW_CALLS = 4

const root = ['services'] as const
const METRICS_POLL = 10_000
const service = (id: string) => pathOf('v1', 'services', id)
const at = (id: string, endpoint: string, ...rest: string[]) => pathOf('v1', 'services', id, 'endpoints', endpoint, ...rest)

export const useServices = () =>
  useQuery({ queryKey: root, queryFn: ({ signal }) => api<Service[]>('/v1/services', { signal }) })

export const useService = (id: string) =>
  useQuery({ queryKey: [...root, id], queryFn: ({ signal }) => api<Service>(service(id), { signal }) })

export const useVersions = (id: string) =>
  useQuery({
    queryKey: [...root, id, 'versions'],
    queryFn: ({ signal }) => api<Version[]>(`${service(id)}/versions`, { signal }),
  })

export const useEndpoints = (id: string) =>
  useQuery({
    queryKey: [...root, id, 'endpoints'],
    queryFn: ({ signal }) => api<Endpoint[]>(`${service(id)}/endpoints`, { signal }),
  })

/** How an endpoint is called; another version may be called otherwise. */
export const useForm = (id: string, endpoint: Endpoint) =>
  useQuery({
    queryKey: [...root, id, 'form', endpoint.name, endpoint.version],
    queryFn: ({ signal }) => api<Form>(at(id, endpoint.name, 'form'), { signal }),
    staleTime: Infinity,
  })

export const useSamples = (id: string, endpoint: Endpoint) =>
  useQuery({
    queryKey: [...root, id, 'samples', endpoint.name, endpoint.version],
    queryFn: ({ signal }) => api<SampleCodes>(at(id, endpoint.name, 'samples'), { signal }),
    staleTime: Infinity,
  })

export const useMetrics = (id: string, endpoint: string, minutes: number) =>
  useQuery({
    queryKey: [...root, id, 'metrics', endpoint, minutes],
    queryFn: ({ signal }) => api<Metrics>(at(id, endpoint, 'metrics'), { query: { minutes }, signal }),
    refetchInterval: METRICS_POLL,
    placeholderData: (before) => before,
  })

/** Asked for when they are wanted and kept nowhere but where they are shown. */
export const readKeys = (id: string, endpoint: string) => api<Keys>(at(id, endpoint, 'keys'))

export const rotateKey = (id: string, endpoint: string, which: Which) =>
  api<Schemas['Key']>(at(id, endpoint, 'keys', which, 'rotate'), { method: 'POST', body: {} })

/** A change of a service or of what belongs to it; all that is shown of services is asked for anew. */
function useChange<Given, Told>(change: (given: Given) => Promise<Told>) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: root }) })
}

export const useChangeService = (id: string) =>
  useChange((body: { name?: string; description?: string }) => api<Service>(service(id), { method: 'PATCH', body }))

export function useDeleteService() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api<undefined>(service(id), { method: 'DELETE' }),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: [...root, id] })
      return queries.invalidateQueries({ queryKey: root, exact: true })
    },
  })
}

export const useRollBack = (id: string) =>
  useChange((version: number) => api<Endpoint>(`${service(id)}/roll-back`, { method: 'POST', body: { version } }))

/** Make an endpoint, or change the one of that name. */
export const usePutEndpoint = (id: string) =>
  useChange(({ name, ...body }: EndpointChange & { name: string }) => api<Endpoint>(at(id, name), { method: 'PUT', body }))

export const useDeleteEndpoint = (id: string) =>
  useChange((name: string) => api<undefined>(at(id, name), { method: 'DELETE' }))

/** Bring an endpoint to the version of the default one. */
export const useRefreshEndpoint = (id: string) =>
  useChange(({ name, overwrite }: { name: string; overwrite: boolean }) =>
    api<Schemas['Refreshed']>(at(id, name, 'refresh'), { method: 'POST', body: { overwrite_resources: overwrite } }),
  )

export const usePublish = () =>
  useChange((body: PublishRequest) => api<Published>('/v1/services', { method: 'POST', body }))

export interface SetUpRequest {
  kind: 'predictive' | 'retraining'
  model?: string
  save?: boolean
}

/** The experiment that a web service is made of; only shown, unless it is to be saved. */
export const setUp = (experiment: string, body: SetUpRequest) =>
  api<SetUp>(pathOf('v1', 'experiments', experiment, 'set-up'), { method: 'POST', body })
