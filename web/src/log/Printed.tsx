import { Trans, useLingui } from '@lingui/react/macro'
import { useLayoutEffect, useRef } from 'react'

import styles from './log.module.css'

const NEAR = 24 // px from the end at which the end is followed

/** Printed text. While it comes its end is kept in sight, unless somebody has scrolled away from it. */
export function Printed({ text, isLive }: { text: string; isLive: boolean }) {
  const { t } = useLingui()
  const box = useRef<HTMLPreElement>(null)
  const follows = useRef(true)
  useLayoutEffect(() => {
    if (box.current && isLive && follows.current) box.current.scrollTop = box.current.scrollHeight
  }, [text, isLive])
  if (!text) return <p className={styles.hint}>{isLive ? <Trans>It has printed nothing yet.</Trans> : <Trans>It printed nothing.</Trans>}</p>
  return (
    <pre
      ref={box}
      className={styles.text}
      role="log"
      aria-live="off"
      aria-label={t`Printed text`}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR
      }}
    >
      {text}
    </pre>
  )
}
