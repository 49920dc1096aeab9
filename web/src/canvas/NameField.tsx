import { useEffect, useRef, useState } from 'react'

import styles from './Canvas.module.css'

interface NameFieldProps {
  label: string
  value: string
  isLong?: boolean
  /** With null where it was given up. */
  onDone: (text: string | null) => void
}

/** A text that is changed in its place: Enter keeps it, Escape gives it up. */
export function NameField({ label, value, isLong = false, onDone }: NameFieldProps) {
  const [text, setText] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  const isOver = useRef(false)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const finish = (result: string | null) => {
    if (isOver.current) return
    isOver.current = true
    onDone(result)
  }
  return (
    <input
      ref={field}
      aria-label={label}
      placeholder={label}
      className={`${styles.nameField ?? ''} nodrag nopan`}
      data-long={isLong || undefined}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(text)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') finish(text)
        if (event.key === 'Escape') finish(null)
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  )
}
