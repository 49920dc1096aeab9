import { Trans, useLingui } from '@lingui/react/macro'

import type { Why } from '../api/runs'
import { Disclosure, ErrorNote, Loading } from '../ui'
import styles from './runs.module.css'
import { sentence } from './sentence'

interface Asked {
  data: Why | undefined
  error: unknown
  isPending: boolean
}

/** What a result depends on, what of it changed standing first; `asked` is `useWhyNow` or `useWhyThen`. */
export function WhyLines({ asked: { data, error, isPending } }: { asked: Asked }) {
  const { t } = useLingui()
  if (error && !data) return <ErrorNote error={error} />
  if (isPending || !data) return <Loading label={t`Comparing…`} />
  const changed = data.parts.filter((each) => each.changed)
  const rest = data.parts.filter((each) => !each.changed)
  return (
    <div className={styles.why}>
      <p className={styles.reason}>{sentence(data.reason)}</p>
      <Parts parts={changed} />
      {rest.length > 0 && (
        <Disclosure title={changed.length > 0 ? <Trans>What did not change</Trans> : <Trans>What it depends on</Trans>}>
          <Parts parts={rest} />
        </Disclosure>
      )}
    </div>
  )
}

function Parts({ parts }: { parts: Why['parts'] }) {
  if (parts.length === 0) return null
  return (
    <dl className={styles.parts}>
      {parts.map(({ part, text }) => (
        <div key={part} className={styles.part}>
          <dt>{part}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
