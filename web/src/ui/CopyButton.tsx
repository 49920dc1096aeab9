import { useLingui } from '@lingui/react/macro'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'

import { IconButton } from './Button'
import { toast } from './toasts'

const SHOWN = 1500

/** Copies a text, or one that is fetched only then. */
export function CopyButton({ text, label }: { text: string | (() => Promise<string>); label?: string }) {
  const { t } = useLingui()
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setDone(false), SHOWN)
    return () => clearTimeout(timer)
  }, [isDone])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text())
      setDone(true)
    } catch (error) {
      toast.error(error)
    }
  }
  return (
    <IconButton
      size="small"
      label={isDone ? t`Copied` : (label ?? t`Copy`)}
      icon={isDone ? <Check /> : <Copy />}
      onPress={() => void copy()}
    />
  )
}
