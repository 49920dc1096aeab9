import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import type { Service, SetUp, SetUpRequest } from '../api/services'
import { queries } from '../app/queries'
import { editor } from '../document/store'
import { Button, Dialog, ErrorNote } from '../ui'
import { Proposal } from './Proposal'
import { isAnother, type Made, publishFrom, type Stage } from './publishing'
import { PublishProgress } from './PublishProgress'
import { type Settled, type Target, TargetFields, wishOf } from './TargetFields'

interface Props {
  title: string
  experiment: string
  asked: SetUpRequest
  proposal: SetUp
  /** Another proposal is on its way. */
  isAsking: boolean
  /** The web services that came of this experiment before. */
  mine: readonly Service[]
  onAsk: (asked: SetUpRequest) => void
  onMade: (made: Made) => void
  onClose: () => void
}

/** What is published, as what, and how it is set up. */
export function PublishForm(props: Props) {
  const { title, experiment, asked, proposal, isAsking, mine, onAsk, onClose } = props
  const { document } = editor(experiment).getState()
  const [chosen, setChosen] = useState<Target>({ service: undefined, name: document.title, description: undefined, mode: 'request' })
  // Until somebody chooses, the service that has been published in the same way.
  const usual = mine.find((each) => (each.experiment === experiment) !== isAnother(proposal))?.id ?? null
  const service = chosen.service === undefined ? usual : chosen.service
  const before = mine.find((each) => each.id === service)
  const target: Settled = { ...chosen, service, description: chosen.description ?? before?.description ?? document.description }
  const { publish, stage, error } = usePublication(props, target)
  const isNameless = target.service === null && target.name.trim() === ''
  const actions = (
    <>
      <Button onPress={onClose} isDisabled={stage !== null}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={isNameless || isAsking} isPending={stage !== null} onPress={() => void publish()}>
        {target.service === null ? <Trans>Publish</Trans> : <Trans>Publish the next version</Trans>}
      </Button>
    </>
  )
  return (
    <Dialog title={title} size="large" isOpen onClose={onClose} actions={actions} isFirm={stage !== null}>
      {stage && <PublishProgress stage={stage} />}
      {error !== null && <ErrorNote error={error} />}
      <TargetFields target={target} mine={mine} onChange={(changed) => setChosen({ ...chosen, ...changed })} />
      <Proposal proposal={proposal} asked={asked} experiment={document} onAsk={onAsk} />
    </Dialog>
  )
}

function usePublication({ experiment, proposal, asked, onMade }: Props, target: Settled) {
  const { t } = useLingui()
  const [stage, setStage] = useState<Stage | null>(null)
  const [error, setError] = useState<unknown>(null)
  const publish = async () => {
    setError(null)
    try {
      const wish = wishOf(target)
      onMade(await publishFrom({ experiment, proposal, asked, wish, label: t`Set up web service`, onStage: setStage }))
    } catch (caught) {
      setError(caught)
    } finally {
      setStage(null)
      void queries.invalidateQueries({ queryKey: ['services'] })
      void queries.invalidateQueries({ queryKey: ['experiments'] })
    }
  }
  return { publish, stage, error }
}
