/** A key or a token: hidden until it is asked for, copied without being shown, replaced after a question. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Eye, EyeOff, RotateCw } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { Confirm, CopyButton, IconButton, toast } from '../ui'
import styles from './Secret.module.css'

interface Props {
  label: string
  read: () => Promise<string>
  /** Makes another, which it tells. */
  renew: () => Promise<string>
  /** What becomes of those who use the one before. */
  warning: ReactNode
}

const HIDDEN = '•'.repeat(24)

export function Secret({ label, read, renew, warning }: Props) {
  const { t } = useLingui()
  const [value, setValue] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)
  const [isPending, setPending] = useState(false)
  const attempt = async (done: () => Promise<void>) => {
    setPending(true)
    try {
      await done()
    } catch (error) {
      toast.error(error)
    } finally {
      setPending(false)
    }
  }
  const show = () => attempt(async () => setValue(await read()))
  const replace = () =>
    attempt(async () => {
      setValue(await renew())
      setAsking(false)
      toast.ok(t`${label} is replaced.`)
    })
  return (
    <div className={styles.secret} role="group" aria-label={label}>
      <span className={styles.label}>{label}</span>
      <code className={styles.value} data-hidden={value === null}>
        {value ?? <span aria-label={t`hidden`}>{HIDDEN}</span>}
      </code>
      <span className={styles.actions}>
        {value === null ? (
          <IconButton size="small" label={t`Show ${label}`} icon={<Eye />} isPending={isPending} onPress={() => void show()} />
        ) : (
          <IconButton size="small" label={t`Hide ${label}`} icon={<EyeOff />} onPress={() => setValue(null)} />
        )}
        <CopyButton label={t`Copy ${label}`} text={value ?? read} />
        <IconButton size="small" label={t`Replace ${label}…`} icon={<RotateCw />} onPress={() => setAsking(true)} />
      </span>
      <Confirm
        title={t`Replace ${label}?`}
        action={t`Replace`}
        isDanger
        isOpen={isAsking}
        isPending={isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => void replace()}
      >
        <p>
          <Trans>The one before is valid no more, from that moment on.</Trans> {warning}
        </p>
      </Confirm>
    </div>
  )
}
