//! What stands on the page, in every language.

use sealpost_domain::Language;

/// A text in English, German and Dutch.
pub(crate) type Text = [&'static str; 3];

/// The text in this language.
pub(crate) const fn say(text: &Text, language: Language) -> &'static str {
    match language {
        Language::English => text[0],
        Language::German => text[1],
        Language::Dutch => text[2],
    }
}

pub(crate) const TITLE: Text =
    ["Certificate of deletion", "Bescheinigung über die Löschung", "Verklaring van verwijdering"];
pub(crate) const TENANT: Text = ["Organisation", "Organisation", "Organisatie"];
pub(crate) const ISSUED: Text = ["Issued", "Ausgestellt", "Afgegeven"];
pub(crate) const TRANSFER: Text = ["Transfer", "Übertragung", "Verzending"];
pub(crate) const SENDER: Text = ["Sent by (user)", "Gesendet von (Benutzer)", "Verzonden door (gebruiker)"];
pub(crate) const REASON: Text = ["Reason", "Grund", "Reden"];
pub(crate) const EXPIRED: Text = ["its time was over", "die Zeit war abgelaufen", "de tijd was verstreken"];
pub(crate) const DELETED: Text = [
    "deleted by its sender or an admin",
    "vom Absender oder einem Administrator gelöscht",
    "verwijderd door de afzender of een beheerder",
];
pub(crate) const PURGED: Text = ["Purged", "Gelöscht", "Verwijderd"];
pub(crate) const EXPIRY: Text = ["End of its time", "Ablauf", "Einde van de termijn"];
pub(crate) const CONTENT: Text = ["What it was", "Umfang", "Omvang"];
pub(crate) const FILES: Text = ["files", "Dateien", "bestanden"];
pub(crate) const OBJECTS: Text = ["stored objects", "gespeicherte Objekte", "opgeslagen objecten"];
pub(crate) const BYTES: Text = ["bytes", "Bytes", "bytes"];
pub(crate) const RECIPIENTS: Text = ["recipients", "Empfänger", "ontvangers"];
pub(crate) const KEY_OF: Text = ["Key of the day", "Schlüssel des Tages", "Sleutel van de dag"];
pub(crate) const DESTROYED: Text = ["destroyed", "vernichtet", "vernietigd"];
pub(crate) const NOT_DESTROYED: Text = [
    "goes when the day is over; until then it serves other transfers",
    "wird nach Ablauf des Tages vernichtet; bis dahin dient er anderen Übertragungen",
    "wordt vernietigd als de dag voorbij is; tot dan dient hij andere verzendingen",
];
pub(crate) const TERMINATED: Text = ["Terminated", "Beendet", "Beëindigd"];
pub(crate) const BEGAN: Text = ["Unreadable since", "Unlesbar seit", "Onleesbaar sinds"];
pub(crate) const REMOVED: Text = ["Removed", "Entfernt", "Verwijderd"];
pub(crate) const CONTAINER: Text = ["Container", "Container", "Container"];
pub(crate) const ROWS: Text = ["Rows removed", "Entfernte Zeilen", "Verwijderde rijen"];
pub(crate) const EPOCH_KEYS: Text =
    ["Keys of days destroyed", "Vernichtete Tagesschlüssel", "Vernietigde dagsleutels"];
pub(crate) const CHECKED: Text = ["What was looked at", "Was nachgesehen wurde", "Wat is nagekeken"];
pub(crate) const CHECKED_AT: Text = ["Looked at", "Nachgesehen", "Nagekeken"];
pub(crate) const LEFT: Text = ["left", "übrig", "over"];
pub(crate) const NOT_CHECKED: Text = [
    "The stores were not looked into for this certificate; it rests on the record of the purge.",
    "Für diese Bescheinigung wurde nicht in den Speichern nachgesehen; sie beruht auf dem Löschprotokoll.",
    "Voor deze verklaring is niet in de opslag gekeken; zij berust op het verwijderingsverslag.",
];
pub(crate) const LOG: Text = ["Audit log", "Prüfprotokoll", "Auditlog"];
pub(crate) const ENTRY: Text = ["Entry", "Eintrag", "Regel"];
pub(crate) const CHECKPOINT: Text =
    ["Signed head of the log", "Signierter Kopf des Protokolls", "Ondertekende kop van de log"];
pub(crate) const NO_CHECKPOINT: Text = [
    "No signed head covers these entries yet.",
    "Noch kein signierter Kopf deckt diese Einträge ab.",
    "Nog geen ondertekende kop dekt deze regels.",
];
pub(crate) const MEANING: Text =
    ["What it proves, and what not", "Was sie beweist und was nicht", "Wat zij bewijst en wat niet"];
pub(crate) const PROVES: Text = [
    "It proves that the holder of the key below says this, and that not a letter was changed since. Held against a \
     checkpoint of the audit log that was kept elsewhere, it also proves that the entries were written then and not made \
     up later. It does not prove by itself that the operator tells the truth.",
    "Sie beweist, dass der Inhaber des unten genannten Schlüssels dies erklärt und dass seither kein Buchstabe verändert \
     wurde. Zusammen mit einem anderswo verwahrten Prüfpunkt des Protokolls beweist sie auch, dass die Einträge damals \
     geschrieben und nicht später erfunden wurden. Dass der Betreiber die Wahrheit sagt, beweist sie allein nicht.",
    "Zij bewijst dat de houder van de onderstaande sleutel dit verklaart en dat er sindsdien geen letter is veranderd. \
     Naast een elders bewaard controlepunt van de log bewijst zij ook dat de regels toen zijn geschreven en niet later \
     verzonnen. Dat de beheerder de waarheid spreekt, bewijst zij op zichzelf niet.",
];
pub(crate) const COPIES: Text = [
    "It speaks of the stores of the service. Copies that others have (dumps, snapshots) cannot be opened once the key of \
     the day is destroyed. Deleted bytes may stay on disks, and in a database server's write-ahead log until its segments \
     are recycled: they are sealed, and nothing opens them without that key.",
    "Sie spricht von den Speichern des Dienstes. Kopien bei anderen (Sicherungen, Abbilder) lassen sich nicht mehr öffnen, \
     sobald der Schlüssel des Tages vernichtet ist. Gelöschte Bytes können auf Datenträgern verbleiben und im Schreibprotokoll \
     eines Datenbankservers, bis dessen Segmente neu verwendet werden: Sie sind versiegelt, und ohne diesen Schlüssel öffnet \
     sie nichts.",
    "Zij gaat over de opslag van de dienst. Kopieën bij anderen (back-ups, momentopnamen) zijn niet meer te openen zodra de \
     sleutel van de dag is vernietigd. Verwijderde bytes kunnen op schijven achterblijven en in het schrijflogboek van een \
     databaseserver tot de segmenten daarvan opnieuw worden gebruikt: ze zijn verzegeld en zonder die sleutel opent niets ze.",
];
pub(crate) const SIGNATURE: Text = ["Signature", "Signatur", "Handtekening"];
pub(crate) const HOW: Text = [
    "Ed25519. The signed document is attached to this file as certificate.json; what is verified is that: \
     sealpost certificate verify certificate.json --key KEY",
    "Ed25519. Das signierte Dokument hängt dieser Datei als certificate.json an; geprüft wird dieses: \
     sealpost certificate verify certificate.json --key KEY",
    "Ed25519. Het ondertekende document zit als certificate.json bij dit bestand; dat wordt gecontroleerd: \
     sealpost certificate verify certificate.json --key KEY",
];
