import { TranslationOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { setLanguage } from '~/i18n/i18n.ts'
import { setPref, usePrefs } from '~/shared/lib/prefs.ts'
import { WordMark } from '~/shared/ui/WordMark.tsx'
import styles from './Front.module.css'

/** The frame of the pages before the log-in. */
export function Front({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation()
  const { language } = usePrefs()
  useEffect(() => {
    document.title = `${title} · ${t('shell.brand')}`
  }, [title, t])
  const next = language === 'en' ? 'zh-CN' : 'en'
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.head}>
          <WordMark />
          <Button
            type="text"
            icon={<TranslationOutlined />}
            aria-label={t('shell.language')}
            title={t('shell.language')}
            onClick={() => void setLanguage(next).then(() => setPref('language', next))}
          />
        </div>
        <h1 className={styles.title}>{title}</h1>
        {intro ? <p className={styles.intro}>{intro}</p> : null}
        {children}
      </div>
    </main>
  )
}
