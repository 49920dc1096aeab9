import { useMemo } from 'react'

import { useCatalogue } from '../api/catalogue'
import { useKept } from '../api/datasets'
import { type Item, itemsOf } from '../palette/items'
import { useHandle } from './context'

/** Everything that can be put on the canvas. */
export function useItems(): readonly Item[] {
  const { catalogue } = useHandle()
  const known = useCatalogue().data
  const datasets = useKept('dataset').data
  const models = useKept('trained-model').data
  const transforms = useKept('transform').data
  return useMemo(
    () => itemsOf(catalogue, { datasets: datasets ?? [], models: models ?? [], transforms: transforms ?? [], samples: known?.samples ?? [] }),
    [catalogue, datasets, models, transforms, known],
  )
}
