# La mise en service : une répétition, et un message d’essai.

rehearsal-mark = Répétition : { $to }
rehearsal-for = pour { $name }
rehearsal-for-elsewhere = pour { $name }, sur { $chat }
rehearsal-summary = Répétition, { $to } : { $summary }

rehearsal-begins = La répétition chez { $organisation } a commencé
rehearsal-begins-copies = Dès maintenant, vous recevez tout ce que j’enverrais, aux canaux comme aux personnes, avec le nom de qui l’aurait reçu. Personne d’autre ne reçoit rien.
rehearsal-begins-buttons = Les boutons répondent sur les copies qui sont pour vous et sur celles des canaux, et vous agissez en votre nom. Ce qui se décide ici reste dans la répétition et ne compte jamais.
rehearsal-begins-ends = Elle prend fin quand Comitia est relancé sans elle. Tapez /comitia pour voir ce qui vous attend.

rehearsal-not-yours = C’est une répétition, et cette copie est pour quelqu’un d’autre : seule cette personne pourrait y répondre.
rehearsal-elsewhere = Une répétition est en cours, avec une seule personne. Rien de ce que vous faites ici ne compte encore ; je vous écrirai quand tout commencera vraiment.
rehearsal-before = Une répétition est en cours, et ce message n’en fait pas partie. Rien n’a changé.
rehearsal-over = Ce message vient d’une répétition qui est terminée. Rien n’a changé.

trial-post = Ceci est un essai de Comitia chez { $organisation } : les messages arrivent bien ici.
trial-post-taken-back = Je le retire aussitôt ; il n’y a rien à faire.
