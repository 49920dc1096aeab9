import { useLingui } from '@lingui/react/macro'
import { Check as Tick } from 'lucide-react'

/** A tick before the item of a menu that is the chosen one; its place is kept for the others. */
export function Check({ isOn }: { isOn: boolean }) {
  const { t } = useLingui()
  return isOn ? <Tick aria-label={t`chosen`} /> : <svg aria-hidden />
}
