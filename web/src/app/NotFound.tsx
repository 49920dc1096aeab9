import { Trans, useLingui } from '@lingui/react/macro'
import { MapPinOff } from 'lucide-react'

import { LinkButton } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { useTitle } from '../ui/Panel'
import { links } from './links'

export function NotFound() {
  const { t } = useLingui()
  useTitle(t`No such page`)
  const home = (
    <LinkButton href={links.experiments()} variant="primary">
      <Trans>To the experiments</Trans>
    </LinkButton>
  )
  return (
    <EmptyState icon={<MapPinOff />} title={t`No such page`} actions={home}>
      <Trans>Nothing stands at this address. The link may be cut short, or what it led to was deleted.</Trans>
    </EmptyState>
  )
}
