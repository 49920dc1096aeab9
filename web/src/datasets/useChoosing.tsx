import { type ReactNode, useMemo, useState } from 'react'

import { useDatasets } from '../api/datasets'
import { UploadDialog } from './UploadDialog'

/** Files that were chosen or dropped and the dialog that asks how to keep them. */
export function useChoosing(into?: string): { choose: (files: File[]) => void; dialog: ReactNode } {
  const [files, setFiles] = useState<readonly File[]>([])
  const { data } = useDatasets()
  const taken = useMemo(() => new Set(data?.map((each) => each.name)), [data])
  const more = into === undefined ? {} : { into }
  return { choose: setFiles, dialog: <UploadDialog files={files} taken={taken} onClose={() => setFiles([])} {...more} /> }
}
