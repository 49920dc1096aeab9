import { Trans, useLingui } from '@lingui/react/macro'
import { Bug, Square } from 'lucide-react'

import { type DebuggerSession, isOver, useDebugger, useStartDebugger, useStopDebugger } from '../api/debugging'
import { Button, ErrorNote, formatTime, Loading, Note } from '../ui'
import { CodeBlock } from './CodeBlock'
import { configured, isHere, tunnel } from './configuration'
import styles from './debugging.module.css'
import { SessionState } from './SessionState'

/** The script runs once more with what came in at it, and waits in its jail for a debugger. */
export function AttachPane({ run, node }: { run: string; node: string }) {
  const { t } = useLingui()
  const { data: session, error, isPending } = useDebugger(run, node)
  const start = useStartDebugger(run, node)
  const stop = useStopDebugger(run, node)
  const isOn = session && !isOver(session)
  const failure = start.error ?? stop.error ?? error
  return (
    <div className={styles.pane}>
      <p>
        <Trans>
          The script runs once more, in its jail and with what came in at it, and waits for VS Code or any other client of the Debug
          Adapter Protocol. It stops at your breakpoints and where it fails. Nothing of the experiment changes.
        </Trans>
      </p>
      {failure && <ErrorNote error={failure} />}
      {isPending ? <Loading /> : session && <Session session={session} node={node} />}
      <div>
        {isOn ? (
          <Button icon={<Square />} isPending={stop.isPending} onPress={() => stop.mutate()}>{t`Stop debugging`}</Button>
        ) : (
          <Button variant="primary" icon={<Bug />} isPending={start.isPending} isDisabled={isPending} onPress={() => start.mutate()}>
            {session ? t`Start again` : t`Start the debugger`}
          </Button>
        )}
      </div>
    </div>
  )
}

function Session({ session, node }: { session: DebuggerSession; node: string }) {
  const { t } = useLingui()
  const { host, port, expires, error } = session
  return (
    <>
      <div className={styles.session}>
        <SessionState state={session.state} />
        {!isOver(session) && <span className={styles.quiet}><Trans>It ends by itself at {formatTime(expires)}</Trans></span>}
      </div>
      {error && <Note tone="danger">{error}</Note>}
      {!isOver(session) && (
        <>
          <dl className={styles.facts}>
            <dt><Trans>Address</Trans></dt>
            <dd><code>{host}:{port}</code></dd>
          </dl>
          <p>
            <Trans>
              In VS Code open the folder of the zip, which has the script, put this into <code>.vscode/launch.json</code> and press F5.
            </Trans>
          </p>
          <CodeBlock title=".vscode/launch.json" text={configured(session.configuration, node)} />
          {!isHere(location.hostname) && <CodeBlock title={t`The port is open on the server alone. From your machine`} text={tunnel(port, location.hostname)} />}
          <Note tone="warn"><Trans>Whoever reaches this port controls the script in its jail, and nothing beyond it.</Trans></Note>
        </>
      )}
    </>
  )
}
