import { useMemo } from 'react'

import { highlighted } from './highlighting'
import styles from './SampleCode.module.css'

/** Code in colours; a chunk of its own, for the languages weigh something. */
export default function HighlightedCode({ code, language }: { code: string; language: string }) {
  const pieces = useMemo(() => highlighted(code, language), [code, language])
  return pieces.map(({ text, kind }, at) =>
    kind === '' ? (
      text
    ) : (
      <span key={at} className={styles[kind]}>
        {text}
      </span>
    ),
  )
}
