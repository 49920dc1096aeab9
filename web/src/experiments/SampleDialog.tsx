import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from 'react-aria-components'

import { type Sample, useSamples } from '../api/experiments'
import { Dialog, ErrorState, Loading } from '../ui'
import styles from './experiments.module.css'
import { Thumbnail } from './Thumbnail'

interface SampleDialogProps {
  isOpen: boolean
  onClose: () => void
  onChoose: (id: string) => void
}

/** A choice among the experiments that come along. */
export function SampleDialog({ isOpen, onClose, onChoose }: SampleDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog title={t`Begin with a sample`} isOpen={isOpen} onClose={onClose} size="large">
      <p>
        <Trans>You get a copy with the data it needs: run it, change it, throw it away.</Trans>
      </p>
      <Samples onChoose={onChoose} />
    </Dialog>
  )
}

function Samples({ onChoose }: { onChoose: (id: string) => void }) {
  const samples = useSamples()
  if (samples.isPending) return <Loading />
  if (samples.isLoadingError) return <ErrorState error={samples.error} onRetry={() => void samples.refetch()} />
  return (
    <ul className={styles.samples}>
      {samples.data.map((sample) => (
        <li key={sample.id}>
          <Card sample={sample} onPress={() => onChoose(sample.id)} />
        </li>
      ))}
    </ul>
  )
}

function Card({ sample: { title, description, graph }, onPress }: { sample: Sample; onPress: () => void }) {
  return (
    <Button className={styles.sample ?? ''} onPress={onPress}>
      <Thumbnail graph={graph} />
      <span className={styles.title}>{title}</span>
      <span className={styles.sampleWords}>{description}</span>
    </Button>
  )
}
