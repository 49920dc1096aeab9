import { Trans, useLingui } from '@lingui/react/macro'
import { Play, Workflow } from 'lucide-react'

import { links } from '../app/links'
import { Button, Dialog, LinkButton, Note } from '../ui'
import type { Made } from './publishing'

interface Props {
  made: Made
  /** The experiment that it began with. */
  from: string
  onClose: () => void
}

/** What was published, and where to go on. */
export function PublishDone({ made, from, onClose }: Props) {
  const { t } = useLingui()
  const { service, version } = made.published
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Close</Trans>
      </Button>
      {made.experiment !== from && (
        <LinkButton href={links.experiment(made.experiment)} icon={<Workflow />}>
          <Trans>Open the experiment that was made</Trans>
        </LinkButton>
      )}
      <LinkButton variant="primary" href={`${links.service(service.id)}?tab=test`} icon={<Play />}>
        <Trans>Test it</Trans>
      </LinkButton>
    </>
  )
  return (
    <Dialog title={t`${service.name} is published`} size="medium" isOpen onClose={onClose} actions={actions}>
      <Note tone="ok">
        <Trans>Version {version} answers from now on. Its keys, its addresses and sample code are on its page.</Trans>
      </Note>
    </Dialog>
  )
}
