import { Trans, useLingui } from '@lingui/react/macro'

import type { SetUp, SetUpRequest } from '../api/services'
import type { Experiment } from '../document/types'
import { Changes } from '../runs/Changes'
import { Badge, Disclosure, Note, RadioGroup } from '../ui'
import styles from './Publish.module.css'
import { isAnother } from './publishing'
import { trainersOf } from './trainers'

interface Props {
  proposal: SetUp
  asked: SetUpRequest
  experiment: Experiment
  onAsk: (asked: SetUpRequest) => void
}

/** What is set up, as a difference to the experiment as it is. */
export function Proposal({ proposal, asked, experiment, onAsk }: Props) {
  const { t } = useLingui()
  const { changes, saved, notes } = proposal
  const kinds = [
    { id: 'predictive' as const, label: t`To score rows`, description: t`Callers send rows and get what the trained model says of them.` },
    { id: 'retraining' as const, label: t`To train again`, description: t`Callers send training data by a batch job and get a new model.` },
  ]
  return (
    <>
      {trainersOf(experiment).length > 0 && (
        <RadioGroup label={t`What callers do with it`} options={kinds} value={asked.kind} onChange={(kind) => onAsk({ kind })} />
      )}
      <section className={styles.proposal} aria-label={t`What is set up`}>
        <h3>
          <Trans>What is set up</Trans>
        </h3>
        <p className={styles.about}>
          <About proposal={proposal} />
        </p>
        {saved.length > 0 && (
          <ul className={styles.saved}>
            {saved.map(({ node, name, kind, is_new }) => (
              <li key={node}>
                {kind} <strong>{name}</strong>{' '}
                {is_new ? <Badge tone="accent"><Trans>is saved</Trans></Badge> : <Badge><Trans>is there already</Trans></Badge>}
              </li>
            ))}
          </ul>
        )}
        {changes.length > 0 && (
          <>
            <Changes changes={changes} />
            <Disclosure title={<Trans>The whole experiment as it is published</Trans>}>
              {/* What scrolls has to be reached by the keyboard. */}
              {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <pre className={styles.document} tabIndex={0} role="region" aria-label={t`Experiment file`}>
                {proposal.document}
              </pre>
            </Disclosure>
          </>
        )}
      </section>
      {notes.map((each) => (
        <Note key={each} tone="warn">
          {each}
        </Note>
      ))}
      {changes.length > 0 && (
        <Note>
          <Trans>Nothing is written before you publish.</Trans>
        </Note>
      )}
    </>
  )
}

function About({ proposal }: { proposal: SetUp }) {
  if (isAnother(proposal)) {
    return (
      <Trans>
        A second experiment scores with what this one learned: its model stands where it was trained. It is made, run and
        published; this one stays as it is.
      </Trans>
    )
  }
  return proposal.changes.length > 0 ? (
    <Trans>This experiment gets places where rows come in and answers leave. Undo takes them back.</Trans>
  ) : (
    <Trans>This experiment has its inputs and outputs for callers already; it is published as it is.</Trans>
  )
}
