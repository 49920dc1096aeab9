import { Trans, useLingui } from '@lingui/react/macro'
import { KeyRound } from 'lucide-react'
import { Suspense, useState } from 'react'

import { recall, remember } from '../app/remembered'
import { type Endpoint, readKeys, type SampleCode as Sample, type SampleCodes, useSamples } from '../api/services'
import { Awaited } from '../datasets/Awaited'
import { Button, CopyButton, Note, Panel, Segments, Select, toast } from '../ui'
import styles from './SampleCode.module.css'
import { late } from '../app/late'

type Purpose = keyof SampleCodes

const HighlightedCode = late(() => import('./HighlightedCode'))
const REMEMBERED = 'sample-language'

/** Programs that call an endpoint, to be copied; with the key filled in where that is wanted. */
export function SampleCode({ service, endpoint }: { service: string; endpoint: Endpoint }) {
  const asked = useSamples(service, endpoint)
  return <Awaited asked={asked}>{(codes) => <Shown service={service} endpoint={endpoint} codes={codes} />}</Awaited>
}

interface ShownProps {
  service: string
  endpoint: Endpoint
  codes: SampleCodes
}

function Shown({ service, endpoint, codes }: ShownProps) {
  const { t } = useLingui()
  const purposes: { id: Purpose; label: string }[] = [
    { id: 'call', label: t`Rows at once` },
    { id: 'jobs', label: t`Batch job` },
    { id: 'update', label: t`New model for the endpoint` },
  ]
  const there = purposes.filter(({ id }) => codes[id].length > 0)
  const [purpose, setPurpose] = useState<Purpose>(there[0]?.id ?? 'call')
  const [language, setLanguage] = useState(recall(REMEMBERED) ?? 'python')
  const samples = codes[purpose]
  const sample = samples.find((each) => each.language === language) ?? samples[0]
  const choose = (id: string) => {
    setLanguage(id)
    remember(REMEMBERED, id)
  }
  if (!sample) return null
  return (
    <div className={styles.samples}>
      <div className={styles.choices}>
        <Segments label={t`Language`} value={sample.language} onChange={choose} options={samples.map((each) => ({ id: each.language, label: each.title }))} />
        {there.length > 1 && <Select label={t`For`} hideLabel options={there} value={purpose} onChange={setPurpose} />}
      </div>
      <Code sample={sample} withKey={async () => sample.code.replaceAll(sample.placeholder, (await readKeys(service, endpoint.name)).primary)} />
      <Note>
        <Trans>
          {sample.placeholder} stands where the key goes. Keep keys out of files that others read: take them from the environment or a
          secret store.
        </Trans>
      </Note>
    </div>
  )
}

function Code({ sample, withKey }: { sample: Sample; withKey: () => Promise<string> }) {
  const { t } = useLingui()
  const copyWithKey = async () => {
    try {
      await navigator.clipboard.writeText(await withKey())
      toast.ok(t`Copied with the primary key: whoever reads it can call the endpoint.`)
    } catch (error) {
      toast.error(error)
    }
  }
  const actions = (
    <>
      <Button size="small" variant="quiet" icon={<KeyRound />} onPress={() => void copyWithKey()}>
        <Trans>Copy with the key</Trans>
      </Button>
      <CopyButton label={t`Copy`} text={sample.code} />
    </>
  )
  return (
    <Panel isFramed title={sample.title} actions={actions}>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.code} tabIndex={0} role="region" aria-label={t`Sample code`}>
        <Suspense fallback={sample.code}>
          <HighlightedCode code={sample.code} language={sample.language} />
        </Suspense>
      </pre>
    </Panel>
  )
}
