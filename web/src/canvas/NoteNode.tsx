import { useLingui } from '@lingui/react/macro'
import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'

import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { useDoc } from './context'
import { nameOf, type NoteFlow } from './flow'

/** A text on the canvas. It is written in its place: a double click, or Enter. */
export const NoteNode = memo(function NoteNode({ id, data: { note } }: NodeProps<NoteFlow>) {
  const { t } = useLingui()
  const name = nameOf(id)
  const actions = useEditorActions()
  const isSelected = useDoc((state) => state.notes.includes(name))
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const [isWriting, setWriting] = useState(note.text === '')
  return (
    <>
      <NodeResizer
        isVisible={isSelected && !isReadOnly}
        minWidth={80}
        minHeight={40}
        onResizeEnd={(_, { x, y, width, height }) => actions.writeNote(name, { ...note, at: [x, y], size: [width, height] })}
      />
      {isWriting && !isReadOnly ? (
        <NoteField
          text={note.text}
          onDone={(text) => {
            setWriting(false)
            if (text !== null) actions.writeNote(name, { ...note, text })
          }}
        />
      ) : (
        <div
          className={styles.note}
          data-selected={isSelected || undefined}
          role="button"
          aria-pressed={isSelected}
          aria-label={note.text ? t`Note: ${note.text}` : t`Empty note`}
          tabIndex={isSelected ? 0 : -1}
          data-note={name}
          onDoubleClick={(event) => {
            event.stopPropagation()
            setWriting(true)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            setWriting(true)
          }}
        >
          {note.text || t`Double-click to write`}
        </div>
      )}
    </>
  )
})

function NoteField({ text, onDone }: { text: string; onDone: (text: string | null) => void }) {
  const { t } = useLingui()
  const field = useRef<HTMLTextAreaElement>(null)
  const [written, setWritten] = useState(text)
  const isOver = useRef(false)
  useEffect(() => field.current?.focus(), [])
  const finish = (result: string | null) => {
    if (isOver.current) return
    isOver.current = true
    onDone(result)
  }
  return (
    <textarea
      ref={field}
      aria-label={t`Text of the note`}
      className={`${styles.noteField ?? ''} nodrag nopan nowheel`}
      value={written}
      onChange={(event) => setWritten(event.target.value)}
      onBlur={() => finish(written)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) finish(written)
      }}
    />
  )
}
