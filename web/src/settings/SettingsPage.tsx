import { Trans, useLingui } from '@lingui/react/macro'

import { useWorkspace } from '../api/workspace'
import { Awaited } from '../datasets/Awaited'
import { Page } from '../ui'
import { About } from './About'
import { Appearance } from './Appearance'
import { Network } from './Network'
import { Permissions } from './Permissions'
import { Section } from './Section'
import styles from './settings.module.css'
import { Tokens } from './Tokens'
import { WorkspaceFacts } from './WorkspaceFacts'

/** The workspace: what it is, who may in, what it allows; and how this browser shows it. */
export default function SettingsPage() {
  const { t } = useLingui()
  const asked = useWorkspace()
  return (
    <Page title={t`Settings`}>
      <div className={styles.sections}>
        <Awaited asked={asked}>
          {(workspace) => (
            <>
              <WorkspaceFacts workspace={workspace} />
              <Section
                title={t`Access tokens`}
                about={<Trans>Whoever has one of them may do everything in this workspace. Both hold, so that one can be replaced while programs use the other.</Trans>}
              >
                <Tokens />
              </Section>
              <Permissions settings={workspace.settings} />
              <Network settings={workspace.settings} />
            </>
          )}
        </Awaited>
        <Appearance />
        {asked.data && <About workspace={asked.data} />}
      </div>
    </Page>
  )
}
