import { type EnvironmentSummary, useCreateEnvironment, useEndBuild } from '../api/environments'
import { toast } from '../ui'

interface Building {
  /** Builds one that comes with the server. */
  build: () => void
  /** Ends a build, or forgets one that is over. */
  cancel: () => void
  isPending: boolean
}

/** What can be done about the build of an environment; what goes wrong is told. */
export function useBuilding({ name, build }: Pick<EnvironmentSummary, 'name' | 'build'>): Building {
  const create = useCreateEnvironment()
  const end = useEndBuild()
  const onError = (error: Error) => toast.error(error)
  return {
    build: () => create.mutate({ name }, { onError }),
    cancel: () => build && end.mutate(build.id, { onError }),
    isPending: create.isPending || end.isPending,
  }
}
