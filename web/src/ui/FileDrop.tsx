import type { ReactNode } from 'react'
import { DropZone, FileTrigger, type FileDropItem } from 'react-aria-components'

import styles from './FileDrop.module.css'

export interface FileDropProps {
  /** What a drop does: "Drop to upload". */
  label: string
  onFiles: (files: File[]) => void
  isDisabled?: boolean
  children: ReactNode
}

/** Takes files that are dropped anywhere on what it holds. */
export function FileDrop({ label, onFiles, isDisabled = false, children }: FileDropProps) {
  const take = async (items: readonly { kind: string }[]) => {
    const files = items.filter((item): item is FileDropItem => item.kind === 'file')
    onFiles(await Promise.all(files.map((each) => each.getFile())))
  }
  return (
    <DropZone
      className={styles.drop ?? ''}
      aria-label={label}
      isDisabled={isDisabled}
      getDropOperation={() => 'copy'}
      onDrop={(event) => void take(event.items)}
    >
      <div className={styles.words} aria-hidden>
        {label}
      </div>
      {children}
    </DropZone>
  )
}

export interface FilePickerProps {
  /** Endings or media types: `['.yaml', '.json']`. */
  types?: readonly string[]
  allowsMultiple?: boolean
  onFiles: (files: File[]) => void
  /** The button that opens it. */
  children: ReactNode
}

export function FilePicker({ types, allowsMultiple = false, onFiles, children }: FilePickerProps) {
  return (
    <FileTrigger
      acceptedFileTypes={types ?? []}
      allowsMultiple={allowsMultiple}
      onSelect={(files) => files && onFiles([...files])}
    >
      {children}
    </FileTrigger>
  )
}
