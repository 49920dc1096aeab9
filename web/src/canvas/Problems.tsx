import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { GridList, GridListItem } from 'react-aria-components'

import { EmptyState } from '../ui/EmptyState'
import { useEditorActions } from './actions'
import styles from './EditorPage.module.css'
import { useHandle } from './context'
import { useAllProblems } from './problems'

/** All that keeps the experiment from running, and what may be meant otherwise; a press goes there. */
export function Problems() {
  const { t } = useLingui()
  const { view } = useHandle()
  const actions = useEditorActions()
  const problems = useAllProblems()
  if (!problems.length) {
    return (
      <EmptyState icon={<CircleCheck />} title={t`No problems`}>
        <Trans>What is missing or does not fit is told here while you work.</Trans>
      </EmptyState>
    )
  }
  const go = (key: string | number) => {
    const problem = problems[Number(key)]
    if (!problem?.node) return
    view.setState({ isRightOpen: true, right: 'properties' })
    actions.show(problem.node)
  }
  return (
    <GridList aria-label={t`Problems`} className={styles.problems ?? ''} onAction={go}>
      {problems.map((problem, index) => (
        <GridListItem key={index} id={index} textValue={problem.message} className={styles.problem ?? ''}>
          <span className={styles.problemRow}>
          {problem.severity === 'error' ? <CircleAlert data-tone="danger" aria-label={t`Error`} /> : <TriangleAlert data-tone="warn" aria-label={t`Warning`} />}
          <span className={styles.problemText}>{problem.message}</span>
          <code>{[problem.node, problem.port ?? problem.parameter].filter(Boolean).join('.')}</code>
          <span className={styles.problemCode}>{problem.code === 'experiment-invalid' ? '' : problem.code}</span>
          </span>
        </GridListItem>
      ))}
    </GridList>
  )
}
