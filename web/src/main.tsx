import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import './ui/tokens.css'
import './ui/base.css'
import { App } from './app/App'
import { startConnection } from './app/connection'
import { startLanguage } from './app/language'
import { redeemCode } from './app/signing'
import { startTheme } from './app/theme'

startTheme()
const root = document.getElementById('root')
if (root) {
  void Promise.all([startLanguage(), redeemCode()]).then(() => {
    startConnection()
    createRoot(root).render(<StrictMode><App /></StrictMode>)
  })
}
