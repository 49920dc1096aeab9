import { useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { type FocusEvent, useEffect, useRef, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'

import { Button, IconButton } from './Button'
import { classes } from './classes'
import styles from './Toast.module.css'
import { type QueuedToast, toasts } from './toasts'

const ICONS = { info: Info, ok: CircleCheck, error: CircleAlert }
const subscribe = (listener: () => void) => toasts.subscribe(listener)
const visible = () => toasts.visibleToasts

/** Where toasts stand, beside the page and above its dialogs; once. They are read out as they come and never take the focus. */
export function Toasts() {
  const { t } = useLingui()
  const list = useSyncExternalStore(subscribe, visible)
  const before = useRef<HTMLElement | null>(null)
  const enter = ({ relatedTarget, currentTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget)) before.current = relatedTarget
    toasts.pauseAll()
  }
  return createPortal(
    // While the pointer or the focus is on them, none goes.
    <section
      aria-label={t`Notifications`}
      data-react-aria-top-layer="true"
      className={styles.region}
      onMouseEnter={() => toasts.pauseAll()}
      onMouseLeave={() => toasts.resumeAll()}
      onFocus={enter}
      onBlur={() => toasts.resumeAll()}
    >
      <ol aria-live="polite" aria-relevant="additions" className={styles.list}>
        {list.map((each) => (
          <Toast key={each.key} toast={each} onLeave={() => before.current?.focus()} />
        ))}
      </ol>
    </section>,
    document.body,
  )
}

function Toast({ toast, onLeave }: { toast: QueuedToast; onLeave: () => void }) {
  const { t } = useLingui()
  const { tone, text, details, action } = toast.content
  const item = useRef<HTMLLIElement>(null)
  const Icon = ICONS[tone]
  useEffect(() => {
    if (toast.timeout) toast.timer?.reset(toast.timeout)
    return () => toast.timer?.pause()
  }, [toast])
  const close = () => {
    if (item.current?.contains(document.activeElement)) onLeave()
    toasts.close(toast.key)
  }
  const act = (run: () => void) => {
    close()
    run()
  }
  return (
    <li ref={item} className={classes(styles.toast, styles[tone])}>
      <Icon size={16} aria-hidden className={styles.icon} />
      <div className={styles.content}>
        <div className={styles.title}>{text}</div>
        {details.map((line) => (
          <div key={line} className={styles.details}>
            {line}
          </div>
        ))}
      </div>
      {action && (
        <Button size="small" onPress={() => act(action.run)}>
          {action.label ?? t`Undo`}
        </Button>
      )}
      <IconButton size="small" label={t`Close`} icon={<X />} onPress={close} />
    </li>
  )
}
