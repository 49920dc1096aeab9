/** Files that were dropped on the canvas, and the datasets that they become. */
import type { Upload } from '../datasets/uploads'
import type { Place } from '../document/types'

export interface Arrival {
  file: File
  /** The dataset, by the name under which it was kept in the end. */
  name: string
  place: Place
}

/** Those of the files that the workspace has by now, and where they were dropped. */
export function arrivals(uploads: readonly Upload[], dropped: ReadonlyMap<File, Place>): Arrival[] {
  return uploads.flatMap(({ file, name, status, dataset }) => {
    const place = dropped.get(file)
    return place && status === 'done' ? [{ file, name: dataset?.name ?? name, place }] : []
  })
}

/** Whether any of the files is still on its way, or went wrong. */
export const isAwaited = (uploads: readonly Upload[], dropped: ReadonlySet<File>): boolean =>
  uploads.some(({ file, status }) => dropped.has(file) && status !== 'done')

export const carriesFiles = ({ dataTransfer }: { dataTransfer: DataTransfer | null }): boolean => dataTransfer?.types.includes('Files') ?? false
