/** Files that are dropped on the canvas or chosen for it: kept as datasets, and placed there. */
import { type ReactNode, useEffect, useRef, useState } from 'react'

import { UploadTray } from '../datasets/UploadTray'
import { useUploads } from '../datasets/uploads'
import { useChoosing } from '../datasets/useChoosing'
import type { Place } from '../document/types'
import { datasetItem } from '../palette/items'
import { useEditorActions } from './actions'
import { arrivals, carriesFiles, isAwaited } from './arrivals'
import styles from './Canvas.module.css'

const NONE: ReadonlySet<File> = new Set()

export function useFileDrop(): { take: (files: File[], place: Place) => void; uploads: ReactNode } {
  const actions = useEditorActions()
  const { choose, dialog } = useChoosing()
  const dropped = useRef(new Map<File, Place>())
  const [awaited, setAwaited] = useState(NONE)
  const isShown = useUploads(({ uploads }) => isAwaited(uploads, awaited))
  const take = (files: File[], place: Place) => {
    for (const file of files) dropped.current.set(file, place)
    setAwaited(new Set([...awaited, ...files]))
    choose(files)
  }

  useEffect(
    () =>
      useUploads.subscribe(({ uploads }) => {
        for (const { file, name, place } of arrivals(uploads, dropped.current)) {
          dropped.current.delete(file)
          actions.focus(actions.add(datasetItem(name), place))
        }
      }),
    [actions],
  )
  useEffect(() => {
    // Beside the canvas the browser would open the file, and the editor would be gone.
    const refuse = (event: DragEvent) => {
      if (event.defaultPrevented || !carriesFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'none'
    }
    document.addEventListener('dragover', refuse)
    document.addEventListener('drop', refuse)
    return () => {
      document.removeEventListener('dragover', refuse)
      document.removeEventListener('drop', refuse)
    }
  }, [])

  const tray = isShown && (
    <div className={styles.uploads}>
      <UploadTray />
    </div>
  )
  return { take, uploads: <>{tray}{dialog}</> }
}
