package org.natsoperator.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNamesBuilder;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.natsoperator.certificates.CertificateDecision.SecretChange;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/** Generates EC keys (P-256) and certificates. */
@Component
class CertificateFactory {

  /** RFC 5280 allows 20 octets with a first bit of 0. */
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();
  private final WebhookProperties settings;

  CertificateFactory(WebhookProperties settings) {
    this.settings = settings;
  }

  /** Returns the new content of the Secret. */
  CertificateFiles apply(SecretChange change, CertificateFiles files, Instant now) {
    try {
      return switch (change) {
        case NONE -> files;
        case GENERATE_ALL -> withCertificate(withCa(CertificateFiles.NONE, now), now);
        case ADD_CA -> withCa(files, now);
        case ISSUE_CERTIFICATE -> withCertificate(files, now);
        case REMOVE_OLD_CAS -> {
          CaBundle current = new CaBundle(List.of(files.cas().first()));
          yield new CertificateFiles(files.serving(), current, files.caKey());
        }
      };
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Failed to generate a certificate", e);
    }
  }

  /**
   * Adds a self-signed CA that issues certificates from now on. The previous CAs remain published.
   * Its name contains the time, as an issuer name must be unique.
   */
  private CertificateFiles withCa(CertificateFiles files, Instant now)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair pair = keyPair();
    X500Principal name =
        new X500Principal("CN=nats-operator webhooks " + now.truncatedTo(ChronoUnit.SECONDS));
    Instant end = now.plus(settings.caLifetime());
    X509v3CertificateBuilder builder = builder(name, name, pair, now, end);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    CaBundle ca = new CaBundle(List.of(sign(builder, pair.getPrivate())));
    return new CertificateFiles(
        files.serving(), ca.and(List.of(files.cas())), Optional.of(pair.getPrivate()));
  }

  /** Adds a certificate for the webhook server. It expires no later than its CA. */
  private CertificateFiles withCertificate(CertificateFiles files, Instant now)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair pair = keyPair();
    X509Certificate ca = files.cas().first();
    X500Principal name = new X500Principal("CN=nats-operator webhooks");
    Instant end = now.plus(settings.certificateLifetime());
    Instant last = ca.getNotAfter().toInstant();
    X509v3CertificateBuilder builder =
        builder(ca.getSubjectX500Principal(), name, pair, now, end.isAfter(last) ? last : end);
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    GeneralNamesBuilder names = new GeneralNamesBuilder();
    settings.hosts().forEach(host -> names.addName(new GeneralName(GeneralName.dNSName, host)));
    builder.addExtension(Extension.subjectAlternativeName, false, names.build());
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(ca.getPublicKey()));
    X509Certificate certificate = sign(builder, files.caKey().orElseThrow());
    return files.with(new ServingCertificate(List.of(certificate), pair.getPrivate()));
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal name, KeyPair pair, Instant now, Instant end)
      throws GeneralSecurityException, IOException {
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(ObservedCertificates.BACKDATE)),
            Date.from(end),
            name,
            pair.getPublic())
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }
}
