import type { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'

interface EditorHostProps {
  view: EditorView
  className?: string | undefined
  hasFocus?: boolean
}

/** Where an editor stands now: moved as it is, with its history, its marks and its place. */
export function EditorHost({ view, className, hasFocus = false }: EditorHostProps) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const top = view.scrollDOM.scrollTop
    host.current?.append(view.dom)
    view.scrollDOM.scrollTo({ top })
    view.requestMeasure()
    if (hasFocus) view.focus()
  }, [view, hasFocus])
  return <div ref={host} className={className} />
}
