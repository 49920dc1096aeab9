import { useQuery } from '@tanstack/react-query'

import { api, pathOf } from '../api/client'
import { useDoc, useHandle } from '../canvas/context'
import { folded } from '../document/catalogue'
import { own } from '../document/types'
import type { KnownColumn } from './columns'

interface Told {
  port: string
  columns: KnownColumn[] | null
}

/** The columns that come in at a port, as far as they are known without a run; null where they are not. */
export function useColumns(node: string, port: string | undefined): readonly KnownColumn[] | null {
  const { experiment } = useHandle()
  const etag = useDoc((state) => state.etag)
  const isSaved = useDoc((state) => own(state.saved.nodes, node) !== undefined)
  const { data } = useQuery({
    queryKey: ['experiments', experiment, 'inputs', node, etag],
    queryFn: ({ signal }) => api<Told[]>(pathOf('v1', 'experiments', experiment, 'nodes', node, 'inputs'), { signal }),
    enabled: etag !== null && isSaved && port !== undefined,
    placeholderData: (before) => before,
    retry: false,
  })
  return data?.find((each) => folded(each.port) === folded(port ?? ''))?.columns ?? null
}
