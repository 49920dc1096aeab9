/** Trained models and transforms: what experiments learned, kept in versions like datasets. */
import { type Dataset, useKept } from './datasets'

export interface Kept {
  kind: 'trained-model' | 'transform'
  asset: Dataset
}

/** Both kinds; undefined until both have come. */
export function useLearned() {
  const models = useKept('trained-model')
  const transforms = useKept('transform')
  const of = (kind: Kept['kind'], assets: readonly Dataset[]) => assets.map((asset): Kept => ({ kind, asset }))
  const hasBoth = models.data !== undefined && transforms.data !== undefined
  return {
    data: hasBoth ? [...of('trained-model', models.data), ...of('transform', transforms.data)] : undefined,
    error: models.error ?? transforms.error,
    refetch: () => Promise.all([models.refetch(), transforms.refetch()]),
  }
}
